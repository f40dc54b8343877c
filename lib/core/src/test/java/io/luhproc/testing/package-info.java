/**
 * What the tests of all packages share; start from {@link io.luhproc.testing.LeakCheck} and {@link
 * io.luhproc.testing.Eventually}.
 */
package io.luhproc.testing;
