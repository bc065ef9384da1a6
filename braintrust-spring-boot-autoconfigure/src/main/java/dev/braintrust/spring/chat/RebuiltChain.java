package dev.braintrust.spring.chat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisorChain;

/**
 * Makes a chain again with another advisor at its end.
 */
final class RebuiltChain {

	private RebuiltChain() {
	}

	/**
	 * Make the chain.
	 * @param empty a chain without advisors that has the settings: the copy of the old
	 * one after its last advisor
	 * @param advisors the advisors of the old one
	 * @param last the advisor to replace the last of them, with the same order
	 * @return the chain
	 */
	static BaseAdvisorChain of(BaseAdvisorChain empty, List<? extends Advisor> advisors, Advisor last) {
		List<Advisor> replaced = new ArrayList<>(advisors.subList(0, advisors.size() - 1));
		replaced.add(last);
		// Of advisors with the same order, the chain puts the last one first.
		Collections.reverse(replaced);
		return empty.mutate().pushAll(replaced).build();
	}

}
