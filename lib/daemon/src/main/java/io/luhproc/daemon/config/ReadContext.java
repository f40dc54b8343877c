package io.luhproc.daemon.config;

import java.util.Set;

/**
 * What the readers of all tables share.
 *
 * @param interpolation the variables for strings
 * @param problems the collector of problems
 * @param keys collects the dotted names of all keys that were asked for
 */
record ReadContext(Interpolation interpolation, Problems problems, Set<String> keys) {}
