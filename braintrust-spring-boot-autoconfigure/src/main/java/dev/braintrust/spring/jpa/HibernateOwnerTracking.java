package dev.braintrust.spring.jpa;

import org.hibernate.engine.spi.CompositeOwner;
import org.hibernate.engine.spi.CompositeTracker;

/**
 * Keeps the enhanced entities that embed the columns, to tell them about changes. Loaded
 * only with Hibernate.
 */
interface HibernateOwnerTracking extends CompositeTracker {

	@Override
	default void $$_hibernate_setOwner(String name, CompositeOwner owner) {
		((TraceContextColumns) this).owners().put(name, () -> owner.$$_hibernate_trackChange(name));
	}

	@Override
	default void $$_hibernate_clearOwner(String name) {
		((TraceContextColumns) this).owners().remove(name);
	}

}
