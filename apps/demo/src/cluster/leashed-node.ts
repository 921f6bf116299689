/** One of several nodes that were started together: it ends when the process is gone that started it, however that came about. */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
await import('../main.js');
