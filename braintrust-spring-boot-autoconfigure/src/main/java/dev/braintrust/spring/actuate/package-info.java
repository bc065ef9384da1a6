/**
 * Shows to operators how the export of the projects goes: an endpoint, health and meters.
 */
@NullMarked
package dev.braintrust.spring.actuate;

import org.jspecify.annotations.NullMarked;
