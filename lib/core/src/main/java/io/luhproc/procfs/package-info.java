/**
 * Reads processes from {@code /proc}, or from {@link ProcessHandle} where there is none. Start from
 * {@link io.luhproc.procfs.ProcessTable}.
 */
@NullMarked
package io.luhproc.procfs;

import org.jspecify.annotations.NullMarked;
