package dev.braintrust.spring.jpa;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Prepares {@link TraceContextColumns} for Hibernate before a test loads entities: a test
 * may create an entity before it has an application context, or without one.
 */
public class OwnerTrackingSessionListener implements LauncherSessionListener {

	@Override
	public void launcherSessionOpened(LauncherSession session) {
		HibernateOwnerTrackingDefinition.define();
	}

}
