/** The CronJob's program: it reads nothing and writes nothing but this line. */
console.log(JSON.stringify({ at: new Date().toISOString(), message: 'hourly report of orders', node: process.env['NODE_NAME'] ?? null }));
