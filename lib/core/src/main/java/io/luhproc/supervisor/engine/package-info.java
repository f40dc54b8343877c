/**
 * The supervisor's thread: it owns all services at run time. Start from {@code ServiceManager}.
 *
 * <p>The path of {@code supervisor.start("shop")}, from the caller to the process:
 *
 * <pre>
 * ServiceOperations.start        caller: check the names, post to the loop
 * SupervisorLoop.submit          supervisor thread: run the request, later propagate and publish
 * ServiceManager.request         start what the service requires first, stop its conflicts
 * ManagedService.handle          fail callers that wait for it to be down; then
 *   ServiceStateMachine.transition   Start: INACTIVE becomes STARTING, effect Launch (pure)
 * ManagedProcess.launch          perform the effect
 * ProcessRuntime.launch          worker thread of the runtime: LaunchTask starts the command
 * ManagedProcess.Launch.launched back on the supervisor thread: event Launched
 * Waiter.completeIfDone          RUNNING is published, then the caller's future completes
 * </pre>
 *
 * <p>Threading: {@code ServiceManager}, {@code ManagedService}, {@code ManagedProcess} and waiters
 * are confined to the one supervisor thread, which {@code ServiceManager} asserts. Requests, timers
 * and results of the runtime reach it through {@code SupervisorLoop}. Neither slow work nor code of
 * the app runs there. {@code FutureCompleter} completes the callers' futures on other threads. Any
 * thread reads {@code StatusStore}.
 */
@NullMarked
package io.luhproc.supervisor.engine;

import org.jspecify.annotations.NullMarked;
