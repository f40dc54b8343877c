/**
 * Parts of an app that it runs in the background by starting itself again; start from {@link
 * io.luhproc.worker.ProcessManager}.
 *
 * <p>Threads: a {@link io.luhproc.worker.ProcessManager} may be used by any number of threads and
 * owns none. A JVM that is a worker has one thread of ours, the keeper of its directory; the task
 * itself runs on the thread that called {@code check()}.
 */
@NullMarked
package io.luhproc.worker;

import org.jspecify.annotations.NullMarked;
