/**
 * Finds, signals and stops whole process trees. Start from {@link io.luhproc.tree.TreeStopService}.
 */
@NullMarked
package io.luhproc.tree;

import org.jspecify.annotations.NullMarked;
