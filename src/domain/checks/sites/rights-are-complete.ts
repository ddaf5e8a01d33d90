import { defineCheck, found } from '../check.js';
import { bothSites } from '../facts.js';

export const rightsAreComplete = defineCheck({
  name: 'rights-are-complete',
  asks: 'The product\'s accounts have the rights they need',
  fix: 'Apply the roles of the installation (docs/install.md); changeover doctor shows all that are missing.',
  find: (facts) => bothSites(facts).flatMap((o) => o.missingRights.map((right) => found(o, `${o.site}: the product's account may not ${right}.`))),
});
