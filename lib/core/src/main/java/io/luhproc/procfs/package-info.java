/**
 * Reads the process table and process details from {@code /proc}, or from {@link ProcessHandle} on
 * systems without {@code /proc}.
 *
 * <p>Start from {@link io.luhproc.procfs.ProcessTable}. All types may be used by any thread.
 */
@NullMarked
package io.luhproc.procfs;

import org.jspecify.annotations.NullMarked;
