# Runs the command given as arguments and ends it when standard input says "end", or closes: whoever holds the other end may be
# killed with -9 and still nothing is left behind. Exits with the command's own code.
# KEEPER_GRACE: tenths of a second from SIGTERM to SIGKILL after "end"; two seconds when the holder is gone, for nobody waits then.
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
echo "process $child"
(
  grace=20
  read -r word <&3 && [ "$word" = end ] && grace=$KEEPER_GRACE
  kill -TERM "$child"
  waited=0
  while kill -0 "$child" && [ "$waited" -lt "$grace" ]; do
    sleep 0.1
    waited=$((waited + 1))
  done
  kill -KILL "$child"
) 2>/dev/null &
watcher=$!
trap 'kill -TERM "$child" 2>/dev/null' HUP INT TERM
while :; do
  wait "$child"
  code=$?
  kill -0 "$child" 2>/dev/null || break
done
kill "$watcher" 2>/dev/null
exit "$code"
