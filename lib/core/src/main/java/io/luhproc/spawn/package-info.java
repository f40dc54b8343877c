/**
 * Starts child processes whose output goes to files. Start from {@link io.luhproc.spawn.Launcher}.
 *
 * <p>{@link io.luhproc.spawn.Launcher#launch} is thread-safe and blocks until the child is created,
 * for about a millisecond. Exits are reported on the executor that the caller passes.
 */
@NullMarked
package io.luhproc.spawn;

import org.jspecify.annotations.NullMarked;
