/**
 * The formats of the log files in a process directory: active file, rotated files and index. Start
 * from {@link io.luhproc.log.file.LogFiles}.
 *
 * <p>Files of the stream {@code out}, all of mode 0600; {@code err} has the same:
 *
 * <ul>
 *   <li>{@code out.log}, the active file: the process appends to it, the maintainer removes bytes
 *       from its front. After a rotation it begins with a line that names the rotated file ({@link
 *       io.luhproc.log.file.RotationNotice}). Where the file system can only punch holes (tmpfs,
 *       btrfs), or while a process writes without {@code O_APPEND}, it begins with a hole instead:
 *       {@code cat} shows as many NULs as were rotated, and grep needs {@code -a}.
 *   <li>{@code out-<UTC time>.log} or {@code .log.gz}: a rotated file, see {@link
 *       io.luhproc.log.file.RotatedFile}. The log policy may give it a {@link
 *       io.luhproc.log.file.DatedName}, which {@code out.names} then records.
 *   <li>{@code out.index}: header and time index, see {@link io.luhproc.log.file.IndexFile}.
 *   <li>{@code out.lock}: locked by the maintainer; empty.
 *   <li>{@code .out-*.tmp}: temporary files of the maintainer, deleted or completed on recovery.
 * </ul>
 *
 * <p>One maintainer writes; any number of readers in any number of processes read at the same time,
 * without locks. An object of this package is used by one thread.
 */
@NullMarked
package io.luhproc.log.file;

import org.jspecify.annotations.NullMarked;
