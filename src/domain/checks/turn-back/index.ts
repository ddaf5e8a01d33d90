export * from './application-stands-by.js';
