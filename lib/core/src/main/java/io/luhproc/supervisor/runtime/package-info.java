/**
 * The side effects of the supervisor: processes, files, control groups and checks of this machine.
 * Start from {@link io.luhproc.supervisor.runtime.ProcessRuntime}; {@code LocalProcessRuntime}
 * implements it, and {@code LaunchTask} performs one launch. {@code RemoteProcessRuntime} adds the
 * processes that engines run, and {@code RemoteRun} performs one launch there.
 *
 * <p>Slow work runs on the pool {@code services}, in order for each process. All results are
 * reported to a {@code LaunchListener} or a consumer, on any thread.
 */
@NullMarked
package io.luhproc.supervisor.runtime;

import org.jspecify.annotations.NullMarked;
