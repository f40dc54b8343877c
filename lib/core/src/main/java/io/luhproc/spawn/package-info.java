/** Starts child processes with files as output. Start from {@link io.luhproc.spawn.Launcher}. */
@NullMarked
package io.luhproc.spawn;

import org.jspecify.annotations.NullMarked;
