/**
 * What the tests of all packages share; start from {@link io.luhproc.testing.NothingLeft} and
 * {@link io.luhproc.testing.Eventually}.
 */
package io.luhproc.testing;
