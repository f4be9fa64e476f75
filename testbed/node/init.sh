#!/bin/sh
# Process 1 of a node's namespaces: `unshare --net --mount --pid --fork init.sh FOLDER`.
#
# Hides what a kubelet and containerd would otherwise leave on the machine, says the id it has
# outside, and then only waits: when it is killed, the kernel ends all that runs in here.
set -eu
dir=$1

# /proc is still the one of the outside.
read -r pid rest </proc/self/stat

mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mkdir /run/netns /run/upper /run/work

# containerd caches CNI results in /var/lib/cni, the kubelet links logs into /var/log/containers;
# neither can be told otherwise.
mount -t overlay -o lowerdir=/var/lib,upperdir=/run/upper,workdir=/run/work overlay /var/lib
mkdir -p /var/lib/cni
mount -t tmpfs tmpfs /var/log
mkdir /var/log/containers /var/log/pods

# The kubelet sets these, for the whole machine, unless they are as it wants them. So it gets to
# see files that are.
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  name=${setting%=*}
  mkdir -p "/run/sys/${name%/*}"
  echo "${setting#*=}" >"/run/sys/$name"
  mount --bind "/run/sys/$name" "/proc/sys/$name"
done

# A kubelet wants its mounts to be seen by the containers' namespaces.
mount --make-rshared /

ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_forward

echo "$pid" >"$dir/init.pid.new"
mv "$dir/init.pid.new" "$dir/init.pid"

trap '' INT TERM HUP
# Collects the processes whose parents have ended, while it waits.
while :; do
  sleep 3600 &
  wait $! || :
done
