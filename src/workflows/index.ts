/** The workflows of the product, by the names people see. */
export { plannedMigration } from './planned-migration.js';
export { adopt } from './adopt.js';
export { turnBack } from './turn-back.js';
export { goForward } from './go-forward.js';
export { payDebts } from './pay-debts.js';
export { check } from './check.js';
export { assess } from './assess.js';
export { recover } from './recover.js';
