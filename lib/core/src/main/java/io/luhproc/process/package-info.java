/**
 * Processes of the operating system: who they are, how they are started and ended; start from
 * {@link io.luhproc.process.ProcessIdentity}.
 */
@NullMarked
package io.luhproc.process;

import org.jspecify.annotations.NullMarked;
