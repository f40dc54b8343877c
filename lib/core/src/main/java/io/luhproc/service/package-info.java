/**
 * What is to be supervised: services, their processes, and how each is started, restarted and
 * stopped. Immutable values without any running state; start from {@link
 * io.luhproc.service.ServiceSpec}.
 */
@NullMarked
package io.luhproc.service;

import org.jspecify.annotations.NullMarked;
