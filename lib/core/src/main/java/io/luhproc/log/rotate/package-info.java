/**
 * Keeps log files small: rotation, expiry and the time index. Start from {@link
 * io.luhproc.log.rotate.LogMaintainer}.
 */
@NullMarked
package io.luhproc.log.rotate;

import org.jspecify.annotations.NullMarked;
