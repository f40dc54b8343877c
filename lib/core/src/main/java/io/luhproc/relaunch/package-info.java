/**
 * Builds the command that starts this JVM again. Start from {@link io.luhproc.relaunch.JvmCommand}.
 */
@NullMarked
package io.luhproc.relaunch;

import org.jspecify.annotations.NullMarked;
