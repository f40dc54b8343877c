/**
 * The contract of {@link io.luhproc.engine.WorkerEngine} as tests, which the modules of the engines
 * compile and run against their engine; and an engine without processes, which keeps it.
 */
@NullMarked
package io.luhproc.contract;

import org.jspecify.annotations.NullMarked;
