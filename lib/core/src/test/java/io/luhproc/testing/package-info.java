/**
 * Test support for all packages: child JVMs, virtual time, waits and leak detection.
 *
 * <p>Start from {@link io.luhproc.testing.LeakCheck} and {@link io.luhproc.testing.Eventually}.
 */
package io.luhproc.testing;
