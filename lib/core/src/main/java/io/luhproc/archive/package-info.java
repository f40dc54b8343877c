/**
 * Class-data archives of workers (JEP 310), made from a worker's run and used by the next ones.
 * {@link io.luhproc.archive.ClassArchives} is the starter's side, {@link
 * io.luhproc.archive.WorkerArchive} the worker's.
 *
 * <p>A worker without an archive records a list of its classes. Some seconds after it is ready, a
 * second JVM of low priority makes the archive from the list, so the worker does not pause. A
 * dynamic archive (JEP 350) would need no second JVM, but pauses the worker for 0.2 s (JDK 17) to
 * 0.6 s (JDK 25), prints a line on its stdout, and saves less.
 */
@NullMarked
package io.luhproc.archive;

import org.jspecify.annotations.NullMarked;
