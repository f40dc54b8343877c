/**
 * The one directory that everything we launch has; start from {@link
 * io.luhproc.directory.ProcessDirectory}.
 *
 * <p>Who may write into a directory: whoever holds its {@link io.luhproc.directory.DirectoryLock}
 * while no process of it is recorded or alive; the recorded process while it lives. Reading needs
 * no lock, because every file is renamed into place.
 */
@NullMarked
package io.luhproc.directory;

import org.jspecify.annotations.NullMarked;
