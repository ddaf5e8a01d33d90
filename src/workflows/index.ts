/** The workflows of the product, by the names people see. */
export { plannedMigration } from './planned-migration.js';
export { adopt } from './adopt.js';
export { payDebts } from './pay-debts.js';
export { check } from './check.js';
