/**
 * Resource limits of a process, and which of them are enforced. Start from {@link
 * io.luhproc.limits.ResourceLimits}.
 */
@NullMarked
package io.luhproc.limits;

import org.jspecify.annotations.NullMarked;
