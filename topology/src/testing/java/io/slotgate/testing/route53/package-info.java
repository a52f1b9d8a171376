/** The API of Route 53, for tests of what writes records and of fleets that have some written. */
@NullMarked
package io.slotgate.testing.route53;

import org.jspecify.annotations.NullMarked;
