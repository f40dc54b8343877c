package io.luhproc.daemon.config;

/**
 * What the readers of all tables share.
 *
 * @param interpolation the variables for strings
 * @param problems the collector of problems
 */
record ReadContext(Interpolation interpolation, Problems problems) {}
