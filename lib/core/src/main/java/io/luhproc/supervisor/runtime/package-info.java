/**
 * The side effects of the supervisor: processes, files, control groups and checks of this machine.
 * Start from {@link io.luhproc.supervisor.runtime.ProcessRuntime}.
 */
@NullMarked
package io.luhproc.supervisor.runtime;

import org.jspecify.annotations.NullMarked;
