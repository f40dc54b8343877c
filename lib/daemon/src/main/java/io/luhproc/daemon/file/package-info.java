/**
 * Files of the daemon that only its user can read. Start from {@link
 * io.luhproc.daemon.file.PrivateFile}.
 */
@NullMarked
package io.luhproc.daemon.file;

import org.jspecify.annotations.NullMarked;
