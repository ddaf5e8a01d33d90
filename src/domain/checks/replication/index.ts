export * from './data-replication-agrees.js';
export * from './roles-are-as-recorded.js';
export * from './every-link-is-ready.js';
export * from './no-vcs-group-changes-the-role.js';
export * from './vcs-could-be-asked.js';
export * from './no-role-command-is-alive.js';
