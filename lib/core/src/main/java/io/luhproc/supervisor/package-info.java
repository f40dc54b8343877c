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
 * time, {@code ServiceStateMachine} makes all decisions, and {@code ProcessRuntime} provides all
 * access to processes and files.
 *
 * <p>All threads are daemon threads, so that an abandoned supervisor does not keep the JVM running:
 *
 * <ul>
 *   <li>{@code supervisor} owns all state; see {@code io.luhproc.supervisor.engine}.
 *   <li>{@code services}, up to 8 threads, performs slow work such as launches and file access, in
 *       order for each process. Other threads stop process trees, maintain logs, and run health
 *       checks.
 *   <li>{@code children} reports the exits of processes that posix_spawn(3) launched; {@code
 *       load-spawn} loads it first. Each process that the JDK launched has its own thread.
 *   <li>{@code replies}, up to 4 threads, completes the futures of callers after the status that
 *       shows the result is published. A thread is added while all of them are blocked.
 *   <li>{@code notify} receives messages of sd_notify(3) once a process may send them; {@code
 *       follow-…} reads the log of a process whose start waits for a line.
 *   <li>One thread for each event subscriber.
 * </ul>
 *
 * <p>Any thread reads the status: one immutable snapshot behind a volatile field.
 */
@NullMarked
package io.luhproc.supervisor;

import org.jspecify.annotations.NullMarked;
