/** The formats of log files: the live file, rotated files and the time index. */
@NullMarked
package io.luhproc.log.file;

import org.jspecify.annotations.NullMarked;
