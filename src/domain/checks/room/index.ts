export * from './quotas-leave-room.js';
export * from './limit-ranges-allow-the-pods.js';
export * from './nodes-have-room.js';
export * from './images-are-there.js';
export * from './webhooks-answer.js';
export * from './webhooks-are-inside.js';
