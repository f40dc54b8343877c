/**
 * Trees of JSON and YAML values.
 *
 * <p>Start from {@link io.luhproc.kubernetes.json.Json}.
 */
@NullMarked
package io.luhproc.kubernetes.json;

import org.jspecify.annotations.NullMarked;
