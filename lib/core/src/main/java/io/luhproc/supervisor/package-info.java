/**
 * Services kept alive: what becomes of each of their processes, and why. Start from {@link
 * io.luhproc.supervisor.Supervisor}; then {@code SupervisorLifecycle}, which puts it together,
 * {@code ServiceManager}, all services as they run, and {@code ServiceStateMachine}, the pure
 * decisions.
 *
 * <p>Threads, all daemons, so that a supervisor that nobody closes keeps no JVM alive:
 *
 * <ul>
 *   <li>{@code supervisor} alone owns what runs: {@code ServiceManager}, {@code ManagedService},
 *       {@code ManagedProcess} and their goals, which assert it. Wishes, timers, exits and the
 *       results of checks come to it as messages through {@code LoopExecutor}; nothing slow and
 *       nothing of the app runs on it.
 *   <li>{@code services}, up to 8: launches and files, in one lane for each process, so that what
 *       is done for one keeps its order. {@code trees} ends trees of processes, and others keep
 *       logs and run checks. All of them answer by {@code LaunchListener}, from any thread.
 *   <li>{@code children} hears of the ends of processes that posix_spawn(3) has started, which
 *       {@code load-spawn} loads at first; it lives for as long as one of them does. For what the
 *       JDK has started it keeps a thread for each.
 *   <li>{@code replies}, up to 4, complete the futures of callers, after the snapshot that shows
 *       what they were promised is published.
 *   <li>one for each subscriber of events.
 * </ul>
 *
 * <p>Any thread reads the {@code StatusStore}: one immutable snapshot behind a volatile field, and
 * who has which pid, without a lock. Services are read from disk on the thread of whoever adds
 * them.
 */
@NullMarked
package io.luhproc.supervisor;

import org.jspecify.annotations.NullMarked;
