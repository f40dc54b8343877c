/**
 * Keeps services running on this machine. Start from {@link io.luhproc.supervisor.Supervisor}.
 *
 * <pre>{@code
 * try (Supervisor supervisor = Supervisor.builder().directory(path).build()) {
 *   supervisor.add(ServiceSpec.named("shop")
 *       .process(ProcessSpec.shell("web", "exec python3 -m http.server 8000"))
 *       .build());
 *   supervisor.start("shop").get();
 *   System.out.println(supervisor.why("shop"));
 * }
 * }</pre>
 *
 * <p>{@code SupervisorLifecycle} builds the parts. {@code ServiceManager} holds all services at run
 * time, {@code ServiceStateMachine} makes all decisions, and {@code ProcessRuntime} is the only way
 * to processes and files.
 *
 * <p>Threads, all daemon threads, so that an abandoned supervisor does not keep the JVM running:
 *
 * <ul>
 *   <li>{@code supervisor} owns all state; see {@code io.luhproc.supervisor.engine}.
 *   <li>{@code services}, up to 8, does slow work such as launches and files, in order for each
 *       process. Others stop process trees, maintain logs, and run health checks.
 *   <li>{@code children} reports the exits of processes that posix_spawn(3) launched; {@code
 *       load-spawn} loads it first. For a process that the JDK launched there is a thread each.
 *   <li>{@code replies}, up to 4, completes the futures of callers, after the status that shows the
 *       result is published.
 *   <li>One for each subscriber of events.
 * </ul>
 *
 * <p>Any thread reads the status: one immutable snapshot behind a volatile field.
 */
@NullMarked
package io.luhproc.supervisor;

import org.jspecify.annotations.NullMarked;
