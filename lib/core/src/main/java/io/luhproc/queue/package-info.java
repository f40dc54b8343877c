/**
 * Queues of workers: many starts, at most a number of them at once, on one engine or several. Start
 * from {@link io.luhproc.queue.WorkerQueue}.
 */
@NullMarked
package io.luhproc.queue;

import org.jspecify.annotations.NullMarked;
