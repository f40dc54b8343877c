/**
 * Process directories: one directory per process with its pid, record, logs and lock. Start from
 * {@link io.luhproc.directory.ProcessDirectory}.
 *
 * <p>Writers: the holder of the {@link io.luhproc.directory.DirectoryLock} while no live process is
 * recorded; the recorded process while it lives. Readers need no lock, because every file is
 * renamed into place.
 *
 * <p>Threading: all types are immutable or, like the lock and the launcher, may be used by any
 * thread.
 */
@NullMarked
package io.luhproc.directory;

import org.jspecify.annotations.NullMarked;
