/**
 * Keeps on this machine what an engine forgets: the log of a worker and how far it was copied.
 * Start from {@link io.luhproc.worker.remote.LogMirror}.
 */
@NullMarked
package io.luhproc.worker.remote;

import org.jspecify.annotations.NullMarked;
