package balancer

import (
	"encoding/binary"
	"fmt"
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// AddAddress gives the loopback interface an IPv6 address (all of 127.0.0.0/8 is there already). It
// speaks rtnetlink(7) itself, because a small installation has no ip program. An address that is there
// is no error.
func AddAddress(address net.IP) error {
	return changeAddress(unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL, address, syscall.EEXIST)
}

// RemoveAddress takes the address away again; one that is not there is no error.
func RemoveAddress(address net.IP) error {
	return changeAddress(unix.RTM_DELADDR, 0, address, syscall.EADDRNOTAVAIL)
}

func changeAddress(kind uint16, flags uint16, address net.IP, harmless syscall.Errno) error {
	loopback, err := net.InterfaceByName("lo")
	if err != nil {
		return err
	}
	socket, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	message := addressMessage(kind, flags, loopback.Index, address.To16())
	if err := unix.Sendto(socket, message, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return err
	}
	answer := make([]byte, 4096)
	length, _, err := unix.Recvfrom(socket, answer, 0)
	if err != nil {
		return err
	}
	if length < unix.SizeofNlMsghdr+4 {
		return fmt.Errorf("netlink: short answer of %d bytes", length)
	}
	code := syscall.Errno(-int32(binary.NativeEndian.Uint32(answer[unix.SizeofNlMsghdr:])))
	if code == 0 || code == harmless {
		return nil
	}
	return code
}

// addressMessage is nlmsghdr, ifaddrmsg and the attribute IFA_ADDRESS.
func addressMessage(kind, flags uint16, index int, address net.IP) []byte {
	const total = unix.SizeofNlMsghdr + unix.SizeofIfAddrmsg + unix.SizeofRtAttr + net.IPv6len
	order := binary.NativeEndian
	message := make([]byte, 0, total)
	message = order.AppendUint32(message, total)
	message = order.AppendUint16(message, kind)
	message = order.AppendUint16(message, flags|unix.NLM_F_REQUEST|unix.NLM_F_ACK)
	message = order.AppendUint32(message, 1) // sequence
	message = order.AppendUint32(message, 0) // port: the kernel
	message = append(message, unix.AF_INET6, 128, unix.IFA_F_NODAD, unix.RT_SCOPE_UNIVERSE)
	message = order.AppendUint32(message, uint32(index))
	message = order.AppendUint16(message, unix.SizeofRtAttr+net.IPv6len)
	message = order.AppendUint16(message, unix.IFA_ADDRESS)
	return append(message, address...)
}
