/**
 * Shows operators the export state of the projects: an endpoint, health and meters.
 */
@NullMarked
package dev.braintrust.spring.actuate;

import org.jspecify.annotations.NullMarked;
