/**
 * Determines in a launched process which worker it is, and maintains the directory of the worker.
 * Start from {@link io.luhproc.worker.bootstrap.Activation}.
 *
 * <p>The code runs in a cold JVM whose starter may be waiting, so the way to the task loads few
 * classes and runs no lambda.
 */
@NullMarked
package io.luhproc.worker.bootstrap;

import org.jspecify.annotations.NullMarked;
