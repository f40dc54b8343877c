/**
 * Builds the command line and environment that start this app again in a new process. Start from
 * {@link io.luhproc.relaunch.JvmCommand}.
 *
 * <p>All types are immutable or confined to one call. They run on a cold start, so they use neither
 * streams nor lambdas.
 */
@NullMarked
package io.luhproc.relaunch;

import org.jspecify.annotations.NullMarked;
