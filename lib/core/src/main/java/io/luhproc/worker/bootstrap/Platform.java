package io.luhproc.worker.bootstrap;

import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.TimeSource;
import java.util.Map;

/**
 * The machine that this JVM runs on.
 *
 * @param environment the environment of this JVM
 * @param time its clocks
 * @param table its processes
 */
public record Platform(Map<String, String> environment, TimeSource time, ProcessTable table) {}
