/**
 * Specifications, status and events of supervised services.
 *
 * <pre>{@code
 * ServiceSpec shop =
 *     ServiceSpec.named("shop")
 *         .process(
 *             ProcessSpec.command("web", "./server", "--port", "8080")
 *                 .health(HealthCheck.tcp("127.0.0.1", 8080))
 *                 .restart(RestartPolicy.always().maxRetries(10)))
 *         .process(ProcessSpec.task("indexer", processManager, "INDEXER").keepAlive())
 *         .build();
 *
 * supervisor.add(shop);
 * ServiceStatus status = supervisor.start("shop").get();
 * OptionalLong pid = status.process("web").pid();
 * }</pre>
 *
 * <p>Start from {@link io.luhproc.service.ServiceSpec}, which describes a service, {@link
 * io.luhproc.service.ServiceStatus}, which shows it at one moment, and {@link
 * io.luhproc.service.SupervisorEvent}. All types are immutable, except the builders, which are not
 * thread-safe.
 */
@NullMarked
package io.luhproc.service;

import org.jspecify.annotations.NullMarked;
