/** The page on the management port that shows the path of the records and its health, and the JSON document that it asks for. */
package io.github.kinesisiot.page;
