/**
 * The formats of the log files in a process directory: active file, rotated files and index. Start
 * from {@link io.luhproc.log.file.LogFiles}.
 *
 * <p>Files of the stream {@code out}, all of mode 0600; {@code err} has the same:
 *
 * <ul>
 *   <li>{@code out.log}, the active file: the process appends to it, the maintainer removes bytes
 *       from its front. It may begin with NULs, whose content is in a rotated file.
 *   <li>{@code out-<UTC time>.log} or {@code .log.gz}: a rotated file, see {@link
 *       io.luhproc.log.file.RotatedFile}.
 *   <li>{@code out.index}: header and time index, see {@link io.luhproc.log.file.IndexFile}.
 *   <li>{@code .out-*.tmp}: temporary files of the maintainer, deleted or completed on recovery.
 * </ul>
 *
 * <p>One maintainer writes; any number of readers in any number of processes read at the same time,
 * without locks. An object of this package is used by one thread.
 */
@NullMarked
package io.luhproc.log.file;

import org.jspecify.annotations.NullMarked;
