/**
 * Health checks: whether a running process does its work, and when it is restarted otherwise.
 *
 * <pre>{@code
 * ProcessSpec web =
 *     ProcessSpec.command("web", "./server", "--port", "8080")
 *         .health(
 *             HealthCheck.http("http://127.0.0.1:8080/health")
 *                 .every(Duration.ofSeconds(5))
 *                 .timeout(Duration.ofSeconds(2))
 *                 .failureThreshold(3))
 *         .build();
 * }</pre>
 *
 * <p>Start from {@link io.luhproc.health.HealthCheck}. All types are immutable. Checks run on
 * threads of the supervisor, not on those of the caller.
 */
@NullMarked
package io.luhproc.health;

import org.jspecify.annotations.NullMarked;
